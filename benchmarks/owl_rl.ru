# The rules of OWL 2 RL that the ontology needs, as updates, run until nothing changes: what one writes who has SPARQL alone.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
# cax-sco, cax-eqc1, cax-eqc2
INSERT { ?x a ?d } WHERE { ?c rdfs:subClassOf ?d . ?x a ?c } ;
INSERT { ?x a ?d } WHERE { ?c owl:equivalentClass ?d . ?x a ?c } ;
INSERT { ?x a ?c } WHERE { ?c owl:equivalentClass ?d . ?x a ?d } ;
# prp-spo1, prp-eqp1, prp-eqp2, prp-dom, prp-rng
INSERT { ?x ?q ?y } WHERE { ?p rdfs:subPropertyOf ?q . ?x ?p ?y } ;
INSERT { ?x ?q ?y } WHERE { ?p owl:equivalentProperty ?q . ?x ?p ?y } ;
INSERT { ?x ?p ?y } WHERE { ?p owl:equivalentProperty ?q . ?x ?q ?y } ;
INSERT { ?x a ?c } WHERE { ?p rdfs:domain ?c . ?x ?p ?y } ;
INSERT { ?y a ?c } WHERE { ?p rdfs:range ?c . ?x ?p ?y FILTER(!isLiteral(?y)) } ;
# prp-inv1, prp-inv2, prp-symp, prp-trp
INSERT { ?y ?q ?x } WHERE { ?p owl:inverseOf ?q . ?x ?p ?y } ;
INSERT { ?y ?p ?x } WHERE { ?p owl:inverseOf ?q . ?x ?q ?y } ;
INSERT { ?y ?p ?x } WHERE { ?p a owl:SymmetricProperty . ?x ?p ?y } ;
INSERT { ?x ?p ?z } WHERE { ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z } ;
# cls-hv1, cls-hv2, cls-svf1
INSERT { ?x ?p ?v } WHERE { ?c owl:hasValue ?v ; owl:onProperty ?p . ?x a ?c } ;
INSERT { ?x a ?c } WHERE { ?c owl:hasValue ?v ; owl:onProperty ?p . ?x ?p ?v } ;
INSERT { ?x a ?c } WHERE { ?c owl:someValuesFrom ?d ; owl:onProperty ?p . ?x ?p ?y . ?y a ?d } ;
INSERT { ?y a ?d } WHERE { ?c owl:allValuesFrom ?d ; owl:onProperty ?p . ?x a ?c ; ?p ?y } ;
# cls-uni, cls-int2, and cls-int1 for two and for three members
INSERT { ?x a ?c } WHERE { ?c owl:unionOf/rdf:rest*/rdf:first ?d . ?x a ?d } ;
INSERT { ?x a ?d } WHERE { ?c owl:intersectionOf/rdf:rest*/rdf:first ?d . ?x a ?c } ;
INSERT { ?x a ?c } WHERE {
  ?c owl:intersectionOf ?l . ?l rdf:first ?d ; rdf:rest ?m . ?m rdf:first ?e ; rdf:rest rdf:nil .
  ?x a ?d, ?e
} ;
INSERT { ?x a ?c } WHERE {
  ?c owl:intersectionOf ?l . ?l rdf:first ?d ; rdf:rest ?m . ?m rdf:first ?e ; rdf:rest ?n . ?n rdf:first ?f ; rdf:rest rdf:nil .
  ?x a ?d, ?e, ?f
}
